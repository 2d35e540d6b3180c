// The engines run in Node and have no types of the Workers runtime, but they import sources that use this type.
interface RateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
