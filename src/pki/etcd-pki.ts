import { type CertificatePair, issueAuthority, type Subject, type Validity } from './authority.ts';

/** The certificates of an etcd cluster as kubeadm has them. */
export interface EtcdPki {
  /** CN `etcd-ca`; signs all the others. */
  readonly ca: CertificatePair;
  /** What members show to clients. */
  readonly server: CertificatePair;
  /** What members show to each other. */
  readonly peer: CertificatePair;
  /** CN `kube-apiserver-etcd-client`. */
  readonly apiserverEtcdClient: CertificatePair;
  /** CN `kube-etcd-healthcheck-client`. */
  readonly healthcheckClient: CertificatePair;
}

export type PkiPart = keyof EtcdPki;

export interface PkiOptions {
  /** DNS names and IP addresses of the members, beside those of this machine's loopback. */
  readonly hosts?: readonly string[];
  /** CN of the server and peer certificates; `localhost` when absent. */
  readonly nodeName?: string;
  /** Milliseconds since 1970: when the certificates are made. */
  readonly nowMs: number;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 365;

/** Makes a new authority and everything that it signs for one cluster. */
export async function issueEtcdPki({ hosts = [], nodeName = 'localhost', nowMs }: PkiOptions): Promise<EtcdPki> {
  const authority = await issueAuthority('etcd-ca', validFor(AUTHORITY_DAYS, nowMs));
  const member: Subject = {
    commonName: nodeName,
    hosts: [...new Set([nodeName, ...LOOPBACK, ...hosts])],
    // etcd's gateway, and its peers in turn, show the same certificate as clients.
    usages: ['server', 'client'],
  };
  const issue = (subject: Subject): Promise<CertificatePair> => authority.issue(subject, validFor(LEAF_DAYS, nowMs));
  const [server, peer, apiserverEtcdClient, healthcheckClient] = await Promise.all([
    issue(member),
    issue(member),
    issue(client('kube-apiserver-etcd-client')),
    issue(client('kube-etcd-healthcheck-client')),
  ]);
  return { ca: { cert: authority.cert, key: authority.key }, server, peer, apiserverEtcdClient, healthcheckClient };
}

const client = (commonName: string): Subject => ({ commonName, usages: ['client'] });

/** A day back, for machines whose clocks differ. */
const validFor = (days: number, nowMs: number): Validity => ({
  notBefore: new Date(nowMs - DAY_MS),
  notAfter: new Date(nowMs + days * DAY_MS),
});
