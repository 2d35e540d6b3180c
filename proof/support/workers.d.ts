// Types of the Workers runtime that the Worker's sources use. Engines run in Node and import some of those sources.
interface RateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
