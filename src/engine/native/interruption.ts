/** A link that is lost, and what is known of it. Times are of `performance.now()`, in ms. */
export interface Interruption {
  readonly since: number;
  /** When the path was lost; undefined while ICE is connected and the remote is merely silent. */
  lostAt: number | undefined;
  /** When the server said that nobody has the remote's id. */
  absentAt: number | undefined;
  /** Whether an ICE restart was answered, be its attempt over or not. */
  restarted: boolean;
}
