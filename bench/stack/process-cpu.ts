import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that the threads of a process have been on a processor so far; finer than the hundredths of its `stat`. */
export function cpuMsOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sumMs, task) => {
    const [onCpuNs = ''] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return sumMs + Number(onCpuNs) / 1e6;
  }, 0);
}
