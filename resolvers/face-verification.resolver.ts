import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { VerifyFaceInput } from '../schema/face-verification.input.js';
import { FaceVerificationTask } from '../schema/face-verification.type.js';
import type { Language } from '../src/kernel/language.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { TaskOf } from '../src/store/task.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { commonFields } from './task.map.js';

export function toFaceVerificationTask(task: TaskOf<'FACE_VERIFICATION'>, language: Language): FaceVerificationTask {
  return Object.assign(new FaceVerificationTask(), {
    ...commonFields(task, language),
    outcome: task.result?.facts.faceOutcome ?? null,
  } satisfies FaceVerificationTask);
}

@Resolver(() => FaceVerificationTask)
export class FaceVerificationResolver {
  constructor(private readonly operations: OperationService) {}

  @Authorized('faces:verify')
  @Mutation(() => FaceVerificationTask, {
    description:
      "Compares a face with the photo of the national register, with the person's consent. MISMATCH and the like are outcomes, not errors.",
  })
  async verifyFace(
    @Arg('input', () => VerifyFaceInput, { description: 'The person, the photo and the consent.' })
    input: VerifyFaceInput,
    @Ctx() context: Context,
  ): Promise<FaceVerificationTask> {
    const task = await this.operations.create(context.tenantId, 'FACE_VERIFICATION', given(input), context.actor);
    return toFaceVerificationTask(task, context.language);
  }
}
