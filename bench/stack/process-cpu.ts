import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process so far, from the `schedstat` of its threads, which is more precise than `stat`. */
export function cpuMsOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sumMs, task) => {
    const [onCpuNs = ''] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return sumMs + Number(onCpuNs) / 1e6;
  }, 0);
}
