import { describe, expect, test } from '@jest/globals'
import { type HomeFacts, homeOf, judgeHome, mayKeepCache, type OwnedFolder } from '../../src/disk/whose-home.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const of = (owner: number, folder = '/home/ada', isPublic = false): OwnedFolder => ({ folder, owner, isPublic })

describe('whose home it is', () => {
  test.each<[string, Partial<HomeFacts>, string, RegExp]>([
    ['a person in her own', { uid: 1000, folders: [of(1000)] }, 'own', /^$/u],
    ['root in his own', { uid: 0, folders: [of(0, '/root')] }, 'own', /^$/u],
    [
      'root in hers, with HOME kept',
      { uid: 0, folders: [of(1000)] },
      'foreign',
      /\/home\/ada belongs to user 1000, and this runs as root.*-u '#1000'/u,
    ],
    ['root in hers, by sudo', { uid: 0, cameFrom: '1000', folders: [of(1000)] }, 'foreign', /belongs to user 1000/u],
    ['root in his own, by sudo', { uid: 0, cameFrom: '1000', folders: [of(0, '/root')] }, 'lent', /user 1000 became root/u],
    ['root in his own, by sudo of root', { uid: 0, cameFrom: '0', folders: [of(0, '/root')] }, 'own', /^$/u],
    ['another user by sudo', { uid: 1001, cameFrom: '1000', folders: [of(1001)] }, 'lent', /user 1000 became user 1001/u],
    ['one person in the home of another', { uid: 1001, folders: [of(1000)] }, 'foreign', /set HOME, or/u],
    ['nobody in particular, at the root of a container', { uid: 1001, folders: [of(0, '/')] }, 'foreign', /\/ belongs to root/u],
    ['records of hers and decisions of his', { uid: 0, folders: [of(0, '/root'), of(1000)] }, 'foreign', /\/home\/ada/u],
    ['a folder for everybody', { uid: 1001, folders: [of(0, '/tmp', true)] }, 'own', /^$/u],
    ['Windows, which knows no such numbers', { uid: undefined, cameFrom: '5', folders: [of(0)] }, 'own', /^$/u],
    ['no home at all', { uid: 1001, folders: [] }, 'own', /^$/u],
    [
      'her own, in which root has left a folder',
      { uid: 1000, home: of(1000), folders: [of(0, '/home/ada/.config')] },
      'foreign',
      /\.config belongs to root.*sudo chown -R "\$\(id -un\)" '\/home\/ada\/\.config'/u,
    ],
  ])('%s', (_name, facts, whose, words) => {
    const home = judgeHome({ uid: undefined, cameFrom: undefined, home: undefined, folders: [], ...facts })
    expect(home.whose).toBe(whose)
    expect([home.whose === 'own' ? '' : home.reason, home.whose === 'foreign' ? home.todo('send-metrics') : ''].join(' ').trim()).toMatch(
      words,
    )
  })

  const me = process.getuid?.() ?? 0
  test.each<[string, Record<string, string>, number, string]>([
    ['the nearest folder there is counts', {}, me, 'own'],
    ['to another user', {}, me + 1, 'foreign'],
    ['SUDO_UID', { SUDO_UID: '7' }, me, 'lent'],
    ['PKEXEC_UID', { PKEXEC_UID: '7' }, me, 'lent'],
    ['DOAS_USER', { DOAS_USER: 'ada' }, me, 'lent'],
    ['an empty SUDO_UID', { SUDO_UID: '' }, me, 'own'],
  ])('looked at in the World: %s', (_name, env, uid, whose) => {
    expect(homeOf(testWorld({ home: `${testdir()}/not/made/yet`, platform: 'linux', env, uid })).whose).toBe(whose)
  })

  test('XDG folders count, and a cache in a folder of somebody else is none', () => {
    const world = (env: Record<string, string>) => testWorld({ home: testdir(), platform: 'linux', env, uid: me + 1 })
    const tmp = { XDG_CONFIG_HOME: '/tmp', XDG_STATE_HOME: '/tmp/not-there' }
    expect(homeOf(world(tmp)).whose).toBe('own')
    expect([mayKeepCache(world(tmp)), mayKeepCache(world({ ...tmp, XDG_CACHE_HOME: '/tmp' }))]).toEqual([false, true])
  })
})
