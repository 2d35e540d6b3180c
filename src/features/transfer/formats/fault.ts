/** The reason why a whole file is refused. The reader of the file adds the place. */
export class Fault extends Error {
  override readonly name = 'Fault';
}
