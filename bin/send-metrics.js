#!/usr/bin/env node
// Parses on any Node, because it stands between a person and make: an old one runs make all the same.

var major = Number(process.versions.node.split('.')[0])

if (major < 20 || !start()) require('./old-node.js')

// False where the files are incomplete or cannot be read; whatever goes wrong later is not thrown here.
function start() {
  try {
    if (major >= 22) cacheCompiledCode()
    require('../dist/main.js')
    return true
  } catch (error) {
    if (process.argv[2] !== 'wrap') throw error
    return false
  }
}

// Saves compiling the same code with every run. The folder is made with the first decision; before one, nothing is
// written anywhere, and node:module, which takes a moment, is not loaded. Node 20 cannot do it.
function cacheCompiledCode() {
  var base = process.env.XDG_CACHE_HOME || (process.env.HOME && process.env.HOME + '/.cache')
  var folder = base + '/send-metrics'
  if (!base || process.env.NODE_COMPILE_CACHE || !require('fs').existsSync(folder)) return
  var enable = require('module').enableCompileCache
  if (enable) enable(folder)
}
