import { authCases, permissionCases } from './cases/auth.ts';
import { roleCases } from './cases/role.ts';
import { userCases } from './cases/user.ts';
import { parity } from './harness/suite.ts';

parity('auth', authCases);
parity('permissions', permissionCases);
parity('user', userCases);
parity('role', roleCases);
