import { danube } from './danube.ts';
import { northCape } from './north-cape.ts';
import type { Legs } from './place.ts';
import { reversed, section } from './route.ts';
import { silkRoad } from './silk-road.ts';
import { taveuni } from './taveuni.ts';
import { tourDivide } from './tour-divide.ts';

export type SampleJourney = {
  id: string;
  name: string;
  description: string;
  visibility: 'private' | 'discoverable' | 'public';
  /** Days from today. */
  startsInDays: number;
  dailyDistanceM: number;
  legs: Legs;
  /** Planned stops, whose times follow from the schedule of the journey. */
  stops: { place: string; name: string; notes: string }[];
  /** Places that the rider has already visited. */
  visited: { place: string; name: string; notes: string; daysAgo: number }[];
};

export type SampleRider = {
  id: string;
  username: string;
  name: string;
  password: string;
  country: string;
  bio: string;
  journey: SampleJourney;
};

/** Fixed UUIDs of version 7, so that a second load changes nothing. */
export const sampleId = (number: number): string => `01980000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const emailOf = (rider: SampleRider): string => `${rider.username}@riders.example`;

/** Anna and Bogdan meet on the Danube, Carlos and Dakota on the Great Divide. Marta's journey is private. */
export const sampleRiders: SampleRider[] = [
  {
    ...rider(1, 'anna', 'Anna Weber', 'DE'),
    bio: 'Steel frame, big tarp, small stove. Likes company for a day or two, then quiet again.',
    journey: {
      id: sampleId(101),
      name: 'Down the Danube',
      description: 'From the source to the Black Sea, mostly on EuroVelo 6.',
      visibility: 'discoverable',
      startsInDays: 3,
      dailyDistanceM: 75_000,
      legs: danube,
      stops: [
        { place: 'Passau', name: 'Where three rivers meet', notes: 'Rest day, new brake pads.' },
        { place: 'Vienna', name: 'Friends in Vienna', notes: 'A bed, a bath and a washing machine.' },
        { place: 'Belgrade', name: 'Halfway party', notes: 'Anyone around is welcome.' },
      ],
      visited: [{ place: 'Donaueschingen', name: 'The spring', notes: 'Two brooks become a river.', daysAgo: 1 }],
    },
  },
  {
    ...rider(2, 'bogdan', 'Bogdan Ionescu', 'RO'),
    bio: 'Rides upstream because the wind does not care either way.',
    journey: {
      id: sampleId(102),
      name: 'Up the Danube',
      description: 'Black Sea to the Black Forest.',
      visibility: 'public',
      startsInDays: 3,
      dailyDistanceM: 70_000,
      legs: reversed(danube),
      stops: [
        { place: 'Vidin', name: 'Fortress of Baba Vida', notes: 'Camp on the meadow behind it.' },
        { place: 'Budapest', name: 'Széchenyi baths', notes: 'Half a day for the legs.' },
      ],
      visited: [{ place: 'Constanța', name: 'Rear wheel in the sea', notes: 'Now the front one.', daysAgo: 2 }],
    },
  },
  {
    ...rider(3, 'carlos', 'Carlos Mendoza', 'MX'),
    bio: 'Homeward bound on gravel. Carries too many tortillas.',
    journey: {
      id: sampleId(103),
      name: 'Great Divide, southbound',
      description: 'Banff to Antelope Wells, and then home.',
      visibility: 'discoverable',
      startsInDays: 2,
      dailyDistanceM: 130_000,
      legs: tourDivide,
      stops: [
        { place: 'Helena', name: 'Bike shop in Helena', notes: 'Chain and tyres by post.' },
        { place: 'Salida', name: 'Zero day in Salida', notes: 'Pancakes.' },
      ],
      visited: [{ place: 'Banff', name: 'Start', notes: 'Snow on the passes, dry in the valley.', daysAgo: 1 }],
    },
  },
  {
    ...rider(4, 'dakota', 'Dakota Reyes', 'US'),
    bio: 'Northbound, singlespeed, no hurry until the snow.',
    journey: {
      id: sampleId(104),
      name: 'Great Divide, northbound',
      description: 'From the border to Banff before the first storm.',
      visibility: 'public',
      startsInDays: 5,
      dailyDistanceM: 110_000,
      legs: reversed(tourDivide),
      stops: [
        { place: 'Pie Town', name: 'Pie', notes: 'Obviously.' },
        { place: 'Rawlins', name: 'Water for the Great Basin', notes: 'Ten litres.' },
      ],
      visited: [],
    },
  },
  {
    ...rider(5, 'aigerim', 'Aigerim Asanova', 'KG'),
    bio: 'Mountain guide on skis in winter, on a bicycle in summer.',
    journey: {
      id: sampleId(105),
      name: 'Silk Road loop',
      description: 'Song-Köl, the caravanserai of Tash Rabat, Tosor and around Issyk-Kul.',
      visibility: 'public',
      startsInDays: 6,
      dailyDistanceM: 70_000,
      legs: silkRoad,
      stops: [
        { place: 'Song-Köl', name: 'Yurts at the lake', notes: 'Kymyz, and horses to look at.' },
        { place: 'Tosor Pass', name: 'Highest point', notes: '3,893 m. Start early.' },
      ],
      visited: [],
    },
  },
  {
    ...rider(6, 'mere', 'Mere Vakaloloma', 'FJ'),
    bio: 'Crosses the date line on a bicycle, several times a day.',
    journey: {
      id: sampleId(106),
      name: 'To Taveuni by bike and boat',
      description: 'The Coral Coast, two ferries, and the island that lies in yesterday and today.',
      visibility: 'discoverable',
      startsInDays: 4,
      dailyDistanceM: 60_000,
      legs: taveuni,
      stops: [
        { place: 'Savusavu', name: 'Hot springs', notes: 'Cook cassava in the ground.' },
        { place: 'Bouma', name: 'Waterfalls', notes: 'Three of them.' },
      ],
      visited: [],
    },
  },
  {
    ...rider(7, 'ingrid', 'Ingrid Solheim', 'NO'),
    bio: 'Chasing the light. Mosquito net always on top.',
    journey: {
      id: sampleId(107),
      name: 'Lofoten, North Cape, Rovaniemi',
      description: 'Islands and ferries, then the long road south through Lapland.',
      visibility: 'discoverable',
      startsInDays: 8,
      dailyDistanceM: 85_000,
      legs: northCape,
      stops: [
        { place: 'Tromsø', name: 'Last big town', notes: 'Gas and chocolate.' },
        { place: 'North Cape', name: 'The end of the road', notes: 'Turn around here.' },
      ],
      visited: [],
    },
  },
  {
    ...rider(8, 'marta', 'Marta Novák', 'AT'),
    bio: 'A week off, no plans to be found.',
    journey: {
      id: sampleId(108),
      name: 'A quiet week to Vienna',
      description: 'Private: discovery never shows it to anyone.',
      visibility: 'private',
      startsInDays: 10,
      dailyDistanceM: 55_000,
      legs: section(danube, 'Passau', 'Vienna'),
      stops: [{ place: 'Melk', name: 'The abbey', notes: 'And apricot dumplings.' }],
      visited: [],
    },
  },
];

function rider(number: number, username: string, name: string, country: string) {
  return { id: sampleId(number), username, name, country, password: `ride-far-2026-${username}` };
}
