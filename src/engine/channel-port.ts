/** The part of an RTCDataChannel that sending needs, so that frames may one day leave from a worker. */
export interface ChannelPort {
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  onbufferedamountlow: unknown;
  send(frame: string | Uint8Array<ArrayBuffer>): void;
}
