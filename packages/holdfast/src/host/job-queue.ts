import type { Job } from "./job.ts";

/** Jobs in order of arrival. Taking the first costs the same however many wait, which of an array is not true. */
export class JobQueue implements Iterable<Job> {
  #jobs: Job[] = [];
  /** Those before it were taken. */
  #first = 0;

  get size(): number {
    return this.#jobs.length - this.#first;
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  shift(): Job | undefined {
    const job = this.#jobs[this.#first];
    if (job === undefined) return undefined;
    this.#first += 1;
    if (this.#first * 2 > this.#jobs.length) this.#jobs = this.takeAll();
    return job;
  }

  takeAll(): Job[] {
    const jobs = this.#jobs.slice(this.#first);
    this.#jobs = [];
    this.#first = 0;
    return jobs;
  }

  /** Takes out the one with this id. */
  remove(id: number): Job | undefined {
    const job = [...this].find((one) => one.id === id);
    if (job !== undefined) this.#jobs = this.takeAll().filter((one) => one !== job);
    return job;
  }

  /** Takes out those whose time is up. */
  takeDue(nowMs: number): Job[] {
    const jobs = this.takeAll();
    this.#jobs = jobs.filter((job) => job.deadlineMs > nowMs);
    return jobs.filter((job) => job.deadlineMs <= nowMs);
  }

  [Symbol.iterator](): Iterator<Job> {
    return this.#jobs.slice(this.#first).values();
  }
}
