export * from '../engine/engine-profile.ts'
