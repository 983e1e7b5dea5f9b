import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { VerifyFaceInput } from '../schema/picture.input.js';
import { FaceVerificationTask } from '../schema/picture-task.type.js';
import type { FaceVerificationService } from '../src/tasks/face-verification-service.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { toTask } from './task.map.js';

@Resolver(() => FaceVerificationTask)
export class FaceVerificationResolver {
  constructor(private readonly service: FaceVerificationService) {}

  @Mutation(() => FaceVerificationTask, {
    description:
      "Compares a face with the photo of the national register, with the person's consent. MISMATCH and the like are outcomes, not errors.",
  })
  async verifyFace(
    @Arg('input', () => VerifyFaceInput, { description: 'The person, the photo and the consent.' })
    input: VerifyFaceInput,
    @Ctx() context: Context,
  ): Promise<FaceVerificationTask> {
    return toTask(await this.service.create(context.tenantId, given(input)), context.language) as FaceVerificationTask;
  }
}
