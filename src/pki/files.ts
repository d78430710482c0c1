import { X509Certificate } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type FileSystem, makeDirectoriesDurably, readText, writePrivateText } from '../base/index.ts';
import type { EtcdPki, PkiPart } from './etcd-pki.ts';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

export type PkiPaths = Readonly<Record<PkiPart, CertificatePaths>>;

/** Below the directory, as below kubeadm's `/etc/kubernetes/pki`. */
const names: Readonly<Record<PkiPart, string>> = {
  ca: 'etcd/ca',
  server: 'etcd/server',
  peer: 'etcd/peer',
  healthcheckClient: 'etcd/healthcheck-client',
  apiserverEtcdClient: 'apiserver-etcd-client',
};

const parts: readonly PkiPart[] = ['ca', 'server', 'peer', 'apiserverEtcdClient', 'healthcheckClient'];

/** Where the files of a directory lie. */
export function pkiPaths(directory: string): PkiPaths {
  const paths = (part: PkiPart): CertificatePaths => ({
    cert: join(directory, `${names[part]}.crt`),
    key: join(directory, `${names[part]}.key`),
  });
  return {
    ca: paths('ca'),
    server: paths('server'),
    peer: paths('peer'),
    apiserverEtcdClient: paths('apiserverEtcdClient'),
    healthcheckClient: paths('healthcheckClient'),
  };
}

/**
 * Writes every certificate and key, mode 0600, in directories of mode 0700; what stood there is replaced.
 * @throws FileError
 */
export function writePki(files: FileSystem, directory: string, pki: EtcdPki): PkiPaths {
  const paths = pkiPaths(directory);
  for (const part of parts) {
    makeDirectoriesDurably(files, dirname(paths[part].cert));
    writePrivateText(files, paths[part].key, pki[part].key);
    writePrivateText(files, paths[part].cert, pki[part].cert);
  }
  return paths;
}

/**
 * Reads what `writePki` wrote.
 * @returns undefined when a file is missing, no certificate, or does not hold any more at `nowMs` (since 1970)
 * @throws FileError when one is there and can not be read
 */
export function readPki(files: FileSystem, directory: string, nowMs: number): EtcdPki | undefined {
  const paths = pkiPaths(directory);
  const all = parts.flatMap((part) => [paths[part].cert, paths[part].key]);
  if (all.some((path) => files.stat(path) === undefined)) return undefined;
  const pair = (part: PkiPart) => ({ cert: readText(files, paths[part].cert), key: readText(files, paths[part].key) });
  const pki: EtcdPki = {
    ca: pair('ca'),
    server: pair('server'),
    peer: pair('peer'),
    apiserverEtcdClient: pair('apiserverEtcdClient'),
    healthcheckClient: pair('healthcheckClient'),
  };
  return parts.every((part) => holds(pki[part].cert, nowMs)) ? pki : undefined;
}

function holds(pem: string, nowMs: number): boolean {
  try {
    return nowMs < Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return false;
  }
}
