import * as fs from 'node:fs'
import * as path from 'node:path'
import { isOwnersYes, settingsEnvironment } from '../consent/pipeline.ts'
import { placeHere } from '../consent/standing.ts'
import { Breaker } from '../delivery/breaker.ts'
import { Connection } from '../delivery/connection.ts'
import type { Route, RouteMemo } from '../delivery/deliver.ts'
import { destinationRow } from '../destinations/index.ts'
import { kindOf } from '../destinations/place.ts'
import { inside } from '../disk/inside.ts'
import { readText, writeText } from '../disk/plain-file.ts'
import { writeBeside } from '../disk/write-beside.ts'
import { Outbox } from '../journal/outbox.ts'
import { makeFolder } from '../journal/state.ts'
import { totalsFile } from '../journal/totals.ts'
import { printable } from '../messages.ts'
import { fingerprint } from '../project/fingerprint.ts'
import type { DestinationSettings } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'

/** Short name of a destination, for folders, the ledger and people: its type and what tells it from its like. */
export function routeName(world: World, project: Project, destination: DestinationSettings): string {
  return `${destination.type}-${fingerprint(kindOf(settingsEnvironment(world), project, destination))}`
}

/** The outbox of a destination, by its short name, in a project's state folder. */
export function outboxOf(state: string, name: string, pid: number): Outbox {
  return new Outbox(inside(state, 'outbox', name), pid)
}

/** A way to a destination, without what of it is on disk. */
export type Way = Omit<Route, 'memo' | 'outbox' | 'breaker'>

/** Ways to the destinations that were agreed to, with their code and connections not yet loaded or opened. */
export function waysTo(world: World, project: Project, places: readonly string[]): Way[] {
  return destinationsAt(world, project, places).map((destination) => wayTo(world, project, destination))
}

/** The same, with all that is kept of them in a project's state folder. */
export function routesFor(world: World, project: Project, places: readonly string[], state: string): Route[] {
  return destinationsAt(world, project, places).map((destination) => {
    const name = routeName(world, project, destination)
    const { takesTurns } = destinationRow(destination.type)
    return {
      ...wayTo(world, project, destination),
      memo: takesTurns ? totalsAt(totalsFile(state, name)) : memoAt(inside(state, 'forms', `${name}.json`)),
      outbox: outboxOf(state, name, world.pid),
      breaker: new Breaker(inside(state, 'breakers', name)),
    }
  })
}

function destinationsAt(world: World, project: Project, places: readonly string[]): readonly DestinationSettings[] {
  return project.destinations.filter((destination) => places.includes(placeHere(world, project, destination)))
}

function wayTo(world: World, project: Project, destination: DestinationSettings): Way {
  const row = destinationRow(destination.type)
  const env = settingsEnvironment(world)
  const settings = row.settings(destination, env, project)
  const address = row.address(settings)
  let loading: ReturnType<typeof row.load> | undefined
  return {
    name: routeName(world, project, destination),
    settings,
    secrets: row.secrets?.(settings) ?? [],
    missing: whyMissing(world, project, destination),
    takes: row.takes ?? (() => true),
    load: () => (loading ??= row.load()),
    connection: address === undefined ? undefined : new Connection(world, address, row.certificates?.(settings), env),
  }
}

/** What is missing before a destination can be used here, if anything. */
export function whyMissing(world: World, project: Project, destination: DestinationSettings): string | undefined {
  const row = destinationRow(destination.type)
  const settings = row.settings(destination, settingsEnvironment(world), project)
  return row.missing(settings) ?? whyKeysStay(world, row.keys?.(settings) ?? [], row.address(settings))
}

/** In CI nobody was told that a key goes along: it goes to its own service's hosts, and to one that the pipeline itself names. */
function whyKeysStay(world: World, keys: readonly string[], address: string | undefined): string | undefined {
  if (keys.length === 0 || !isOwnersYes(world.env)) return undefined
  return `${keys.join(' and ')} must not go to ${printable(address ?? '', 200)}, which only the project file names; name it in the environment, too`
}

function memoAt(file: string): RouteMemo {
  return {
    turn: undefined,
    recall() {
      try {
        return readText(file)
      } catch {
        return undefined
      }
    },
    keep(learned) {
      try {
        makeFolder(path.dirname(file))
        writeText(file, learned)
      } catch {
        // It is learned again the next time.
      }
    },
  }
}

function totalsAt(file: string): RouteMemo {
  return {
    turn: `${file}.turn`,
    recall: () => (fs.existsSync(file) ? readText(file) : undefined),
    keep: (learned) => writeBeside(file, learned),
  }
}
