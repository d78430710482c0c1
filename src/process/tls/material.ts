import { messageOf } from '../../base/index.ts';
import { SettingsError } from '../check-settings.ts';
import type { TlsSettings } from '../settings.ts';
import { WatchedFile } from './watched-file.ts';

/** Certificate, key and authority of one side, as they lie on disk now. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
}

/** What a member shows when it is the one that dials; etcd's server certificate serves for both unless told otherwise. */
export type Side = 'server' | 'client';

/** The files of one side. */
export class TlsFiles {
  readonly #cert: WatchedFile;
  readonly #key: WatchedFile;
  readonly #ca: WatchedFile | undefined;

  constructor(settings: TlsSettings, side: Side) {
    const { certFile, keyFile, clientCertFile, clientKeyFile, trustedCaFile } = settings;
    const isOwn = side === 'client' && clientCertFile !== '';
    this.#cert = new WatchedFile(isOwn ? clientCertFile : certFile);
    this.#key = new WatchedFile(isOwn ? clientKeyFile : keyFile);
    this.#ca = trustedCaFile === '' ? undefined : new WatchedFile(trustedCaFile);
  }

  /** @throws Error naming the file that cannot be read */
  read(): TlsMaterial {
    return { cert: this.#cert.read(), key: this.#key.read(), ca: this.#ca?.read() };
  }
}

/**
 * The files that the settings name; undefined if they name none.
 * @throws SettingsError where one of a pair is missing, or a file cannot be read
 */
export function tlsFiles(settings: TlsSettings, side: Side, prefix: '' | 'peer-'): TlsFiles | undefined {
  const { certFile, keyFile, clientCertFile, clientKeyFile } = settings;
  if (certFile === '' && keyFile === '') return undefined;
  if (certFile === '' || keyFile === '') {
    const missing = certFile === '' ? 'cert-file' : 'key-file';
    throw new SettingsError(
      `KeyFile and CertFile must both be present[key: ${keyFile}, cert: ${certFile}]: give --${prefix}${missing}`,
    );
  }
  if ((clientCertFile === '') !== (clientKeyFile === '')) {
    throw new SettingsError(
      `ClientKeyFile and ClientCertFile must both be present or both absent: key: ${clientKeyFile}, cert: ${clientCertFile}`,
    );
  }
  const files = new TlsFiles(settings, side);
  try {
    files.read();
  } catch (error) {
    throw new SettingsError(`the TLS files of --${prefix}cert-file cannot be read: ${messageOf(error)}`);
  }
  return files;
}
