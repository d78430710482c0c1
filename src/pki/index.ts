/**
 * pki/: the certificates of an etcd cluster, issued by an authority of its own: names, usages and files as kubeadm
 * has them, so that what works here works there. Keys are P-256; nothing of them is kept but what the caller writes.
 */
export { type Authority, type CertificatePair, issueAuthority, type Subject, type Validity } from './authority.ts';
export { type EtcdPki, issueEtcdPki, type PkiOptions, type PkiPart } from './etcd-pki.ts';
export { type CertificatePaths, pkiPaths, type PkiPaths, readPki, writePki } from './files.ts';
