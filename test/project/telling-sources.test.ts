import { expect, test } from '@jest/globals'
import { whatSourceTells } from '../../src/project/telling-sources.ts'

test.each(
  'USER LOGNAME USERNAME HOME USERPROFILE HOSTNAME HOST COMPUTERNAME NAME NODE_NAME UID EUID SUDO_USER SUDO_UID SUDO_COMMAND DOAS_USER PKEXEC_UID PWD OLDPWD INIT_CWD SSH_CONNECTION MAIL EMAIL GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL GITHUB_ACTOR GITLAB_USER_ID BUILD_REQUESTEDFOR AWS_ACCOUNT_ID REMOTE_ADDR MAC_ADDRESS PGUSER XAUTHORITY user buildUser'.split(
    ' ',
  ),
)('env:%s names people or machines', (name) => expect(whatSourceTells(`env:${name}`)).toBe('names people or machines'))

test.each(
  'GITHUB_TOKEN CI_JOB_TOKEN GITHUBTOKEN API_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY CLIENT_SECRET DB_PASS PGPASSWORD NPM_CONFIG__AUTH GPG_PASSPHRASE SENTRY_DSN SSH_AUTH_SOCK COOKIE apiKey'.split(
    ' ',
  ),
)('env:%s holds secrets', (name) => expect(whatSourceTells(`env:${name}`)).toBe('holds secrets'))

test.each(
  'env:BUILD_MODE env:WAIT env:CACHE_HITS env:TRIES env:PASS env:ADDRESS_SANITIZER env:MACHINE env:PROJECT_NAME env:constructor file:hits file:keys file:tests_pass file:token_count'.split(
    ' ',
  ),
)('%s tells neither', (from) => expect(whatSourceTells(from)).toBeUndefined())

test.each(['file:user', 'file:GITHUB_TOKEN', 'file:host_name'])('%s is refused, though the target writes it', (from) =>
  expect(whatSourceTells(from)).toBeDefined(),
)
