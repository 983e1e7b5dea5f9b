import type { Engine } from '../../src/engine/engine.js';
import type { DataSource, JobContext, JobResults, Jobs, Operation } from '../contract.js';

/** Our own image engine behind the contract that the vendors have. It costs nothing, so lost work simply runs again. */
export class LocalDataSource implements DataSource {
  readonly vendor = 'LOCAL';
  readonly operations = ['ID_PHOTO'] as const;
  readonly bills = false;

  constructor(private readonly engine: Engine) {}

  async submit<O extends Operation>(_operation: O, job: Jobs[O], context: JobContext): Promise<JobResults[O]> {
    return this.idPhoto(job, context);
  }

  /** The analysis is kept by the photo's asset id, so the next spec or colour of the same upload skips it. */
  private async idPhoto(job: Jobs['ID_PHOTO'], context: JobContext): Promise<JobResults['ID_PHOTO']> {
    const bytes = () => context.photo(job.photo);
    context.report('ANALYZING', 5);
    await this.engine.analyse(job.photo, bytes, context.signal);
    context.report('RENDERING', 60);
    const count = job.options.backgrounds.length;
    let done = 0;
    const photos = await this.engine.render(job.photo, bytes, job.options, context.signal, () => {
      done += 1;
      if (done < count) context.report('RENDERING', 60 + Math.round((30 * done) / count));
    });
    return { photos };
  }
}
