import { type Ctx, scopes } from '../../context.ts';

type ServerMetadata = {
  issuer: string;
  token_endpoint: string;
  jwks_uri: string;
  scopes_supported: string[];
  response_types_supported: string[];
  grant_types_supported: string[];
  token_endpoint_auth_methods_supported: string[];
  service_documentation: string;
};

/** The metadata of RFC 8414. The password grant is for our own apps and is not announced. */
export const getServerMetadata = ({ config }: Ctx): ServerMetadata => ({
  issuer: config.apiUrl,
  token_endpoint: `${config.apiUrl}/v1/auth/token`,
  jwks_uri: `${config.apiUrl}/.well-known/jwks.json`,
  scopes_supported: [...scopes],
  response_types_supported: [],
  grant_types_supported: ['refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  service_documentation: `${config.apiUrl}/docs`,
});
