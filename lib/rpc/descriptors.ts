import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import type { Operation } from '../operations/operation.ts';
import { ChallengeService } from './gen/otpsms/v1/challenge_pb.ts';
import { AuthService } from './gen/zitadel/auth_pb.ts';

const SERVICES: readonly DescService[] = [AuthService, ChallengeService];

/** The method that an operation is in the protocol files. */
export const methodOf = ({ service, rpc }: Pick<Operation, 'service' | 'rpc'>): DescMethodUnary => {
  const method = SERVICES.find(({ typeName }) => typeName === service)?.methods.find(({ name }) => name === rpc);
  if (method?.methodKind !== 'unary') throw new Error(`There is no unary method ${rpc} of ${service}`);
  return method as DescMethodUnary;
};
