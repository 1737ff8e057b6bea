/** Words, between the `_` of a variable's name, by which it tells who somebody is, or where. */
const PEOPLE = new Set(
  (
    'USER USERS USERNAME USERPROFILE USERDOMAIN LOGNAME LOGIN LOGONSERVER HOME HOMEPATH HOMEDRIVE HOMESHARE HOST HOSTNAME COMPUTERNAME ' +
    'UID EUID GID RUID SUDO DOAS PKEXEC ACCOUNT TENANT SUBSCRIPTION AUTHOR COMMITTER ACTOR ASSIGNEE REVIEWER APPROVER INITIATOR ' +
    'REQUESTER REQUESTEDFOR PUSHER SENDER OWNER PERSON EMPLOYEE NICK NICKNAME FULLNAME REALNAME DISPLAYNAME EMAIL MAIL PHONE IP ADDR ' +
    'SSH PWD OLDPWD CWD IDENTITY PRINCIPAL'
  ).split(' '),
)

/** The same for what opens something. */
const SECRETS = new Set(
  (
    'TOKEN TOKENS KEY KEYS SECRET SECRETS PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE CREDENTIAL CREDENTIALS CRED CREDS AUTH OAUTH BEARER ' +
    'JWT PAT COOKIE COOKIES CERT CERTIFICATE SIGNATURE SALT NONCE OTP TOTP DSN WEBHOOK GPG KRB5CCNAME NETRC VAULT'
  ).split(' '),
)

/** Within a word, since many names have no `_`: GITHUBTOKEN. */
const PEOPLE_INSIDE = /USERNAME|USERID|LOGNAME|HOSTNAME|COMPUTERNAME|MACHINENAME|EMAIL|ACCOUNTID|AUTHORITY|(?:USER|HOST)$/u
const SECRETS_INSIDE = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|(?:API|PRIVATE|ACCESS|SSH|PUBLIC)KEY/u

/** Where systems of CI and WSL put the name of the machine. */
const MACHINES = /^(?:NAME|NODE_NAME|RUNNER_NAME|AGENT_NAME)$/u

/** Words that tell something only at the end: ADDRESS_SANITIZER and PASS are about a build, MAC_ADDRESS and DB_PASS are not. */
const PEOPLE_LAST = /.[^A-Z0-9]ADDRESS$/u
const SECRETS_LAST = /.[^A-Z0-9]PASS$/u

/** A target writes counts of what it likes, such as of tokens or keys. */
const SECRET_LINES = /_(?:TOKEN|KEY|SECRET|PASSWORD)$/u

/** What the source of a team's own field tells by its name, which none may; undefined for every other. */
export function whatSourceTells(from: string): 'names people or machines' | 'holds secrets' | undefined {
  const name = from
    .slice(from.indexOf(':') + 1)
    .replace(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .toUpperCase()
  const words = name.split(/[^A-Z0-9]+/u)
  const isSecret = from.startsWith('file:')
    ? SECRET_LINES.test(name)
    : SECRETS_LAST.test(name) || words.some((word) => SECRETS.has(word) || SECRETS_INSIDE.test(word))
  if (isSecret) return 'holds secrets'
  const tells =
    (from.startsWith('env:') && MACHINES.test(name)) ||
    PEOPLE_LAST.test(name) ||
    words.some((word) => PEOPLE.has(word) || PEOPLE_INSIDE.test(word))
  return tells ? 'names people or machines' : undefined
}
