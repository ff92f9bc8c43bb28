/** What makes a certificate: the class RTCPeerConnection, or one that stands in for it. */
type CertificateMaker = Partial<Pick<typeof RTCPeerConnection, 'generateCertificate'>>;

/** Small, fast, and what browsers make by default. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/**
 * One certificate for all RTCPeerConnections of a `Peer`: by its fingerprint a remote knows that who comes back is who was there
 * before (RFC 8827, section 6.5: DTLS binds the path to it). Browsers make a new one for each RTCPeerConnection by default.
 *
 * Where none can be had, each RTCPeerConnection has its own, and a lost link cannot go on over a new one.
 */
export class Certificate {
  #certificate: RTCCertificate | undefined;
  #making: Promise<void> | undefined;

  constructor(maker: CertificateMaker | undefined) {
    // A browser that refuses does so for every RTCPeerConnection, and each then makes its own.
    this.#making = maker?.generateCertificate?.(ALGORITHM).then(
      (certificate) => {
        this.#certificate = certificate;
        this.#making = undefined;
      },
      () => {
        this.#making = undefined;
      },
    );
  }

  /** The configuration with the certificate: at once where that is there, which takes a few ms. The page's own stand. */
  configured(configuration: RTCConfiguration): RTCConfiguration | Promise<RTCConfiguration> {
    if (configuration.certificates?.length) return configuration;
    if (this.#certificate) return { ...configuration, certificates: [this.#certificate] };
    return this.#making?.then(() => this.configured(configuration)) ?? configuration;
  }
}
