/** Runs the linters on openapi.json, with the rules that each of them recommends. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import parsers from '@stoplight/spectral-parsers';
import rulesets from '@stoplight/spectral-rulesets';

/** The findings of Redocly, as `redocly lint` reports them. */
async function lintWithRedocly(text: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ ruleId, message, location: [at] }) => `redocly ${ruleId} at ${at?.pointer ?? '#'}: ${message}`,
  );
}

/** The findings of Spectral with the rule set `spectral:oas`. */
async function lintWithSpectral(text: string): Promise<string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset(new spectral.Ruleset(rulesets.oas));
  const findings = await linter.run(new spectral.Document(text, parsers.Json, 'openapi.json'));
  return findings.map(({ code, message, path }) => `spectral ${code} at ${path.join('.')}: ${message}`);
}

export const lintDocument = async (text: string): Promise<string[]> =>
  (await Promise.all([lintWithRedocly(text), lintWithSpectral(text)])).flat();
