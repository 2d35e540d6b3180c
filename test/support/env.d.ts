/** Only the local stack and the tests set these variables of Env, so wrangler.toml does not have them. */
interface __BaseEnv_Env {
  DATABASE_ENDPOINT: string;
  RESEND_BASE_URL: string;
}
