/**
 * figures/: what a member counts of itself, under etcd's own names, and
 * Prometheus' text for it. The catalogue says which counters, gauges and
 * histograms there are, with their labels; a Figures holds the values of one
 * member. Each figure is changed in one place, where the thing happens, by the
 * room that does it; rooms know nothing of each other for that, nor of who
 * shows it. What can be read off a member at any time is not kept here.
 */
export { doubling } from './bounds.ts';
export { EXPOSITION_CONTENT_TYPE, type Family, formatFamilies, type Sample } from './exposition.ts';
export { Figures } from './figures.ts';
export { Histogram } from './histogram.ts';
