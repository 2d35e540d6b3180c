import { z } from 'zod';

/**
 * The exports of src/config.ts and its parts. A dynamic import keeps the compiler from checking them with Node's types.
 */
type Declarations = {
  parts: z.ZodObject<Record<string, z.ZodPipe<z.ZodObject<Record<string, z.ZodType>>>>>;
  shellVariables: z.ZodObject<Record<string, z.ZodType>>;
  documentation: { get(schema: z.ZodType): { kind: string; description: string } | undefined };
};

const load = (path: string) => import(new URL(`../src/${path}`, import.meta.url).href);
const [{ parts }, { shellVariables }, { documentation }]: [
  Pick<Declarations, 'parts'>,
  Pick<Declarations, 'shellVariables'>,
  Pick<Declarations, 'documentation'>,
] = await Promise.all([load('config.ts'), load('platform.config.ts'), load('lib/variables.ts')]);

const workerSections = Object.values(parts.shape).map((part) => part.in);

/** The variables that the Worker reads. */
export const workerVariables = workerSections.flatMap(({ shape }) => Object.keys(shape));

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) return 'not set';
  if (!(schema instanceof z.ZodDefault)) return 'required';
  const { defaultValue } = schema.def;
  return Array.isArray(defaultValue) && defaultValue.length === 0 ? 'empty' : `\`${String(defaultValue)}\``;
}

function rowOf([name, schema]: [string, z.ZodType]): string {
  const { kind, description } = documentation.get(schema) ?? {};
  if (!kind || !description) throw new Error(`${name} has no description`);
  return `| \`${name}\` | ${description} | ${kind} | ${defaultOf(schema)} |`;
}

const sectionOf = ({ description, shape }: z.ZodObject<Record<string, z.ZodType>>): string =>
  [
    `## ${description}\n`,
    '| name | description | kind | default |',
    '|---|---|---|---|',
    ...Object.entries(shape).map(rowOf),
  ].join('\n');

const intro = `# Configuration

On your machine, \`npm start\` writes the secrets into \`.dev.vars\`. The other local values are in \`wrangler.toml\` and, if they
depend on the ports or only the local stack sets them, in \`local/stack/variables.ts\`. In production you set both:
[deploy](deploy.md) says how. The Worker serves no request while a required value is missing or a value is malformed. Its log
then names the variable and never shows the value.

| kind | where you set it |
|---|---|
| secret | \`npx wrangler secret put <name> --env production\` |
| var | \`wrangler.toml\`, under \`[env.production.vars]\` |
| binding | \`wrangler.toml\`, under \`[[env.production.ratelimits]]\` |
| operator's shell | the shell in which you run the command |

\`npm run generate\` writes this file from the \`*.config.ts\` files in \`src\`, and \`test/documents/configuration.test.ts\` compares the two.
Each feature declares its own variables.`;

/** The text of docs/configuration.md. */
export const configurationDocument = `${[intro, ...[...workerSections, shellVariables].map(sectionOf)].join('\n\n')}\n`;
