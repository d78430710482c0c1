/** Fields that are all written, in this order, whatever their values: what etcd's client makes by hand. */
export class Struct {
  readonly fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.fields = fields;
  }
}

export type Field = readonly [name: string, shape: Shape];

/**
 * A tree that json and yaml print. A Struct keeps all its fields; any other
 * object is a message of the wire, whose fields are written in the order in
 * which the message declares them and left out where they are zero.
 */
export type Shape = null | string | bigint | number | boolean | object;

/** Whether a field of a message has its zero value. A message within a message is never zero once it is set. */
export function isZero(value: unknown): boolean {
  if (typeof value === 'object') return (value instanceof Uint8Array || Array.isArray(value)) && value.length === 0;
  return value === undefined || value === 0n || value === 0 || value === '' || value === false;
}
