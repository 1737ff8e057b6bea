/** Beginnings by which services make their keys known; what follows need not be looked at. */
const KEY =
  /(?<![A-Za-z0-9])(?:gh[oprsu]_|github_pat_|gl[a-z]{2,4}-[A-Za-z0-9]|xox[a-z]-|[prs]k_(?:live|test)_|sk-(?:ant|proj)-|hcai[kl]_|dop_v1_|shp[a-z]{2}_|eyJ)[A-Za-z0-9]/u

/** Ones that may begin a plain word as well. */
const LONG_KEY = /(?<![A-Za-z0-9])(?:npm_|pypi-|hf_|sk-|AKIA|ASIA|AIza|ya29\.|SG\.)[A-Za-z0-9_-]{12}/u

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/iu

/** Whether something in a name looks like a token, a key, a hash or an account's number. */
export function looksLikeToken(name: string): boolean {
  return KEY.test(name) || LONG_KEY.test(name) || UUID.test(name) || (name.match(/[A-Za-z0-9]+/gu) ?? []).some(isRandom)
}

/** No word is as long with so many digits in it, or changes so often between digits and letters; what looks like hex may be a commit. */
function isRandom(run: string): boolean {
  if (/^\d+$/u.test(run)) return run.length >= 9
  if (!/\d/u.test(run)) return false
  if (run.length >= 7 && /^[0-9a-f]+$/iu.test(run)) return true
  if (run.length < 12) return false
  if (run.length >= 20 || (/[a-z]/u.test(run) && /[A-Z]/u.test(run))) return true
  return (run.match(/\d+/gu) ?? []).length >= 5 || (/^[A-Z0-9]+$/u.test(run) && (run.match(/\d/gu) ?? []).length >= 4)
}

/** Of IPv4, also as hosts are called after it, such as `ip-10-0-0-1`; and of a network card. */
const ADDRESS = /(?<!\d)(?:\d{1,3}[._-]){3}\d{1,3}(?!\d)|(?<![0-9a-z])(?:[0-9a-f]{2}[._-]){5}[0-9a-f]{2}(?![0-9a-z])/iu

/** Last parts of names of hosts, which are no words of a target behind its only dot. */
const HOSTS = new Set(
  'com net org edu gov mil info biz io co uk de fr nl eu jp cn ru br au local localdomain localhost internal intranet corp lan home arpa onion invalid'.split(
    ' ',
  ),
)
/** Ones that may be such a word, but hardly behind two dots. */
const LONGER_HOSTS = new Set(
  'dev app cloud tech site online xyz example ai me tv us ca ch at be se no fi dk pl cz it es pt ie in kr tw hk sg nz za mx ar il tr ua'.split(
    ' ',
  ),
)

/** Whether a name looks like an address of the network, or like a host's. */
export function looksLikeHost(name: string): boolean {
  if (ADDRESS.test(name)) return true
  // `dev.up.lms+cms-web` has a part that ends anywhere but in a dot.
  return name.split(/[^A-Za-z0-9.-]/u).some(isHost)
}

function isHost(part: string): boolean {
  const labels = part.toLowerCase().split('.').filter(Boolean)
  const last = labels.at(-1) ?? ''
  return labels.length > 1 && (HOSTS.has(last) || (labels.length > 2 && LONGER_HOSTS.has(last)))
}
