/** What a page can do with a file besides offering it. */
export type FileKind = 'image' | 'audio' | 'video' | 'file';

/** What a browser offers for saving, and never runs or shows. */
const OPAQUE = 'application/octet-stream';

/** Pictures of pixels alone. An SVG is a document, and runs scripts where it is opened from its link. */
const RASTER_IMAGES: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/apng',
  'image/x-icon',
  'image/vnd.microsoft.icon',
];

/**
 * Sound and films. No `+`: browsers open whatever ends in `+xml` as a document, `video/x+xml` too, with its scripts.
 * Source: RFC 6838, section 4.2; WHATWG MIME Sniffing, "XML MIME type"
 */
const SOUND_OR_FILM = /^(?:audio|video)\/[a-z0-9][a-z0-9!#$&^_.-]{0,126}$/;
/** A playlist is a list of addresses, which a player fetches by itself. */
const PLAYLIST = /mpegurl|scpls|xspf|ms-as[fx]|ms-w[avm]x/;

/**
 * The media type that a received file keeps: that of a raster image, of sound or of a film, without parameters and in lower case;
 * `application/octet-stream` for all else, so that opening the file runs nothing in this page's origin.
 */
export function safeType(type: unknown): string {
  if (typeof type !== 'string' || type.length > 1024) return OPAQUE;
  const essence = (type.split(';', 1)[0] as string).trim().toLowerCase();
  if (RASTER_IMAGES.includes(essence)) return essence;
  return SOUND_OR_FILM.test(essence) && !PLAYLIST.test(essence) ? essence : OPAQUE;
}

/** The kind of a type that {@link safeType} has given. */
export function kindOf(safe: string): FileKind {
  const kind = safe.slice(0, safe.indexOf('/'));
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}
