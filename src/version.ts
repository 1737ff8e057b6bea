/** The tool's version, put in by the build from package.json; tests run the source and see `0.0.0-source`. */
declare const SEND_METRICS_VERSION: string | undefined
export const version = typeof SEND_METRICS_VERSION === 'string' ? SEND_METRICS_VERSION : '0.0.0-source'

/** The version of Segment's client, put in by the build, so that a run that sends nothing need not load the client for it. */
declare const SEGMENT_CLIENT_VERSION: string | undefined
export const segmentClientVersion = typeof SEGMENT_CLIENT_VERSION === 'string' ? SEGMENT_CLIENT_VERSION : undefined
