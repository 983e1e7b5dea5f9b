import { labelPicture } from './ai-label.js';
import { analyse } from './analyse.js';
import type { Analysis } from './analysis.js';
import { changeBackground } from './background.js';
import { checkPhoto } from './check-photo.js';
import { configureSharp, normalise, readHeader } from './decode.js';
import { fitWithin } from './fit.js';
import type { EngineJob, EngineSettings } from './jobs.js';
import { plugMattingModel, tryMattingModel } from './onnx-model.js';
import { readOriginalMetadata } from './original-metadata.js';
import { placeholder } from './placeholder.js';
import { printSheet } from './print-sheet.js';
import { receive } from './receive.js';
import { RecentAnalyses } from './recent-analyses.js';
import { renderPhotos } from './render.js';
import { repair } from './repair.js';
import { serveJobs, workerArguments } from './serve-jobs.js';
import { enlargeBand, joinBands, planEnlargement } from './super-resolution.js';
import { thumbnail } from './thumbnail.js';
import { remake, renderUnedited } from './unedited.js';
import { watermark } from './watermark.js';

// The script of the worker processes.

const recent = new RecentAnalyses();
const { mattingModel } = workerArguments().settings as EngineSettings;
if (mattingModel !== undefined) plugMattingModel(mattingModel);
configureSharp();
serveJobs((job, onProgress) => work(job as EngineJob, onProgress));

async function work(job: EngineJob, onProgress: (value: unknown) => void): Promise<unknown> {
  switch (job.kind) {
    case 'normalise':
      return normalise(job.bytes, job.propagation);
    case 'read metadata':
      return readOriginalMetadata(job.bytes, (await readHeader(job.bytes)).mime);
    case 'analyse':
      return keep(job.id, await analyse(job.bytes, job.frameSize, job.level));
    case 'render':
      return render(job, onProgress);
    case 'render unedited':
      return renderUnedited(job.bytes, job.analysis, job.options);
    case 'check':
      return checkPhoto(job.bytes, job.found, job.options);
    case 'remake':
      return remake(job.bytes, job.proof, job.photo);
    case 'change background':
      return changeBackground(job.bytes, job.analysis, job.background);
    case 'plan enlargement':
      return planEnlargement(job.bytes);
    case 'enlarge band':
      return enlargeBand(job.bytes, job.plan, job.band);
    case 'join bands':
      return joinBands(job.bands, job.plan);
    case 'repair':
      return repair(job.bytes);
    case 'watermark':
      return watermark(job.bytes, job.text);
    case 'print sheet':
      return printSheet(job.photos, job.options);
    case 'label':
      return labelPicture(job.bytes, job.options);
    case 'placeholder':
      return placeholder(job.text);
    case 'thumbnail':
      return thumbnail(job.bytes, job.widthPx);
    case 'fit':
      return fitWithin(job.bytes, job.limits);
    case 'try matting model':
      return tryMattingModel();
    case 'receive':
      return receive(job.bytes, job.keepMetadata);
  }
}

function keep(id: number, analysis: Analysis): Analysis {
  recent.set(id, analysis);
  return analysis;
}

type RenderJob = Extract<EngineJob, { kind: 'render' }>;

async function render({ id, analysis, options }: RenderJob, onRendered: (value: unknown) => void): Promise<boolean> {
  const found = analysis ? keep(id, analysis) : recent.get(id);
  if (!found) return false;
  await renderPhotos(found, options, onRendered);
  return true;
}
