import { describe, expect, it } from 'vitest';
import { run, shellQuote, type RunOptions, type RunResult } from '../../support/run.ts';

function sh(script: string, options: Omit<RunOptions, 'argv'> = {}): Promise<RunResult> {
  return run({ argv: ['sh', '-c', script], env: { PATH: process.env.PATH }, ...options });
}

describe('run', () => {
  it('keeps the streams apart and every byte as it is', async () => {
    const result = await sh(`printf 'a\\000\\377'; printf 'b\\n' >&2; exit 7`);
    expect(result.stdout).toEqual(Buffer.from([0x61, 0x00, 0xff]));
    expect(result.stderr.toString()).toBe('b\n');
    expect(result.exitCode).toBe(7);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ])('shows death by %s as a shell does', async (signal, exitCode) => {
    expect((await sh(`kill -${signal.slice(3)} $$`)).exitCode).toBe(exitCode);
  });

  it('rejects when the command does not exist', async () => {
    await expect(run({ argv: ['/nonexistent/tool'] })).rejects.toThrow('ENOENT');
  });

  it('kills a command that takes too long', async () => {
    const result = await sh('exec sleep 30', { timeoutMs: 50 });
    expect(result).toMatchObject({ timedOut: true, exitCode: 137 });
  });

  it('passes only the given environment', async () => {
    const result = await run({ argv: ['/usr/bin/env'], env: { ONLY: 'this' } });
    expect(result.stdout.toString()).toBe('ONLY=this\n');
  });
});

describe('stdin', () => {
  it('carries text', async () => {
    expect((await sh('cat', { stdin: { text: 'one\ntwo' } })).stdout.toString()).toBe('one\ntwo');
  });

  it('is at its end when empty', async () => {
    expect((await sh('cat; echo end')).stdout.toString()).toBe('end\n');
  });

  it('is not there at all when closed', async () => {
    const result = await sh('[ -e /proc/self/fd/0 ] || echo closed; exit 3', { stdin: 'closed' });
    expect(result.exitCode).toBe(3);
    expect((await sh('cat', { stdin: 'closed' })).stderr.toString()).toContain('Bad file descriptor');
  });

  it('may be left unread', async () => {
    const result = await sh('exit 0', { stdin: { text: 'x'.repeat(1_000_000) } });
    expect(result.exitCode).toBe(0);
  });
});

describe('terminal', () => {
  it('gives the child a terminal on all three descriptors and passes its exit code on', async () => {
    const result = await sh('test -t 0 && test -t 1 && test -t 2 && echo "it\'s a tty"; exit 5', { terminal: true });
    expect(result.stdout.toString()).toBe("it's a tty\r\n");
    expect(result.exitCode).toBe(5);
  });

  it('types what is sent', async () => {
    const result = await sh('printf "name? "; read -r name; echo "hello $name"', {
      terminal: true,
      steps: [{ waitFor: 'name? ' }, { send: 'you\n' }, { waitFor: 'hello you' }],
    });
    expect(result).toMatchObject({ exitCode: 0, stepFailure: undefined });
  });
});

describe('steps', () => {
  it('wait, answer and wait again, each match after the last', async () => {
    const result = await sh('echo ready; read -r a; echo "got $a"; read -r b; echo "got $b"', {
      steps: [{ waitFor: 'ready' }, { send: '1\n' }, { waitFor: /got \d/ }, { send: '2\n' }, { waitFor: /got \d/ }],
    });
    expect(result.stepFailure).toBeUndefined();
    expect(result.stdout.toString()).toBe('ready\ngot 1\ngot 2\n');
  });

  it('signal the command itself', async () => {
    const result = await sh('trap "echo caught >&2; exit 9" USR1; echo ready; while :; do sleep 0.01; done', {
      steps: [{ waitFor: 'ready' }, { signal: 'SIGUSR1' }, { waitFor: 'caught', in: 'stderr' }],
    });
    expect(result).toMatchObject({ exitCode: 9, stepFailure: undefined });
  });

  it('end the input', async () => {
    const result = await sh('cat; echo end', { steps: [{ send: 'x' }, { endInput: true }, { waitFor: 'xend' }] });
    expect(result.stepFailure).toBeUndefined();
  });

  it('run a command from the side, and report its failure', async () => {
    const ran: string[] = [];
    const result = await sh('read -r line; echo "$line"', {
      steps: [{ shell: 'prepare' }, { send: 'go\n' }, { waitFor: 'go' }, { shell: 'fail' }],
      shell: (command) => {
        ran.push(command);
        return command === 'fail' ? Promise.reject(new Error('no luck')) : Promise.resolve();
      },
    });
    expect(ran).toEqual(['prepare', 'fail']);
    expect(result.stepFailure).toMatch(/step 4 .*no luck/);
  });

  it('say what came instead when the command ends early', async () => {
    const result = await sh('echo something', { steps: [{ waitFor: /other/ }] });
    expect(result.stepFailure).toMatch(/step 1 .*never came.*something/);
  });
});

describe('shellQuote', () => {
  it.each(['plain', 'two words', "it's", '$HOME `id` \\ "x"', '', 'line\nbreak'])('keeps %j one word', async (word) => {
    expect((await sh(`printf %s ${shellQuote(word)}`)).stdout.toString()).toBe(word);
  });
});
