import { homedir } from 'node:os'

/** A path as a shell would read it: a leading `~/` is the user's home. */
export function expandHome(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir())
}
