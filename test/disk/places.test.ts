import { describe, expect, test } from '@jest/globals'
import { configFolder, consentFile, stateFolder } from '../../src/disk/places.ts'
import type { Environment } from '../../src/world.ts'

type Row = [platform: NodeJS.Platform, home: string | undefined, env: Environment, config: string | undefined, state: string | undefined]

describe('where things lie', () => {
  test.each<Row>([
    ['linux', '/h', {}, '/h/.config/send-metrics', '/h/.local/state/send-metrics'],
    ['freebsd', '/h', {}, '/h/.config/send-metrics', '/h/.local/state/send-metrics'],
    ['linux', '/h', { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, '/c/send-metrics', '/s/send-metrics'],
    ['linux', undefined, { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, '/c/send-metrics', '/s/send-metrics'],
    // The specification says that a relative path is to be ignored.
    ['linux', '/h', { XDG_CONFIG_HOME: 'c', XDG_STATE_HOME: './s' }, '/h/.config/send-metrics', '/h/.local/state/send-metrics'],
    ['linux', '/h', { XDG_CONFIG_HOME: '', XDG_STATE_HOME: '' }, '/h/.config/send-metrics', '/h/.local/state/send-metrics'],
    ['linux', undefined, {}, undefined, undefined],
    // It would be another home in each folder.
    ['linux', '.', {}, undefined, undefined],
    ['linux', 'tmp', { XDG_CONFIG_HOME: '/c' }, '/c/send-metrics', undefined],
    ['darwin', '.', {}, undefined, undefined],
    ['win32', '.', { APPDATA: 'a', LOCALAPPDATA: 'l' }, undefined, undefined],
    ['darwin', '/h', {}, '/h/Library/Preferences/send-metrics', '/h/Library/Application Support/send-metrics'],
    ['darwin', '/h', { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, '/c/send-metrics', '/s/send-metrics'],
    ['darwin', undefined, {}, undefined, undefined],
    ['win32', '/h', { APPDATA: '/a', LOCALAPPDATA: '/l' }, '/a/send-metrics/Config', '/l/send-metrics/Data'],
    ['win32', '/h', {}, '/h/send-metrics/Config', '/h/send-metrics/Data'],
    ['win32', undefined, {}, undefined, undefined],
  ])('%s, home %s, %j', (platform, home, env, config, state) => {
    expect(configFolder({ platform, home, env })).toBe(config)
    expect(stateFolder({ platform, home, env })).toBe(state)
    expect(consentFile({ platform, home, env })).toBe(config && `${config}/config.json`)
  })
})
