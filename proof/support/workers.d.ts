// What the Worker's sources name of the runtime's types, for the engines, which run in Node and borrow some of them.
interface RateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
