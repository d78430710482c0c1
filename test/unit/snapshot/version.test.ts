import { describe, expect, it } from 'vitest';
import { SnapshotError } from '../../../src/snapshot/index.ts';
import {
  compareVersions,
  formatMinor,
  formatVersion,
  parseTargetVersion,
  parseVersion,
} from '../../../src/snapshot/version.ts';

describe('a version', () => {
  it.each([
    ['3.6.0', '3.6.0'],
    ['3.6.12', '3.6.12'],
    ['3.7.0-rc.1', '3.7.0'],
    ['3.7.0+build.5', '3.7.0'],
    ['10.200.3000', '10.200.3000'],
  ])('%s is read as %s', (text, expected) => {
    expect(formatVersion(parseVersion(text))).toBe(expected);
  });

  it.each([
    ['3.6', '3.6 is not in dotted-tri format'],
    ['', ' is not in dotted-tri format'],
    ['3.6.x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['3.6.0.1', 'strconv.ParseInt: parsing "0.1": invalid syntax'],
  ])('%j is none', (text, message) => {
    expect(() => parseVersion(text)).toThrow(expect.objectContaining({ message }));
  });

  it.each([
    ['3.5.0', '3.6.0', -1],
    ['3.10.0', '3.9.0', 1],
    ['3.6.1', '3.6.0', 1],
    ['4.0.0', '3.9.9', 1],
    ['3.6.0', '3.6.0', 0],
  ])('%s and %s are in order: %d', (a, b, order) => {
    expect(compareVersions(parseVersion(a), parseVersion(b))).toBe(order);
    expect(compareVersions(parseVersion(b), parseVersion(a))).toBe(order === 0 ? 0 : -order);
  });
});

describe('a target version', () => {
  it.each(['3.5', '3.6', '3.7', '3.8', '4.0'])('%s is read', (text) => {
    expect(formatMinor(parseTargetVersion(text))).toBe(text);
  });

  it.each([
    ['3', 'wrong target version format, expected "X.Y", got "3"'],
    ['3.6.0', 'wrong target version format, expected "X.Y", got "3.6.0"'],
    ['', 'wrong target version format, expected "X.Y", got ""'],
    ['3.x', 'failed to parse target version: strconv.ParseInt: parsing "x": invalid syntax'],
    ['.', 'failed to parse target version: strconv.ParseInt: parsing "": invalid syntax'],
    ['3.6-rc', 'failed to parse target version: 3.6 is not in dotted-tri format'],
    ['3.4', 'target version "3.4" not supported. Minimal "3.5"'],
    ['2.9', 'target version "2.9" not supported. Minimal "3.5"'],
  ])('%j is refused', (text, message) => {
    expect(() => parseTargetVersion(text)).toThrow(new SnapshotError('argument', message));
  });
});
