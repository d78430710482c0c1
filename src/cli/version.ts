/** The etcd release whose command line this is. */
export const apiVersion = '3.7';

declare const __VERSION__: string | undefined;

/** This package's version; the build puts it in. */
export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source';
