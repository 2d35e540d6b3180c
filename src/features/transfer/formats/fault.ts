/** What makes a whole file unreadable. Thrown where it is found; the reader of the file adds the place. */
export class Fault extends Error {
  override readonly name = 'Fault';
}
