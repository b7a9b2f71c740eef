//go:build !unix

package record

// noFollow is nothing here: O_EXCL alone refuses what exists.
const noFollow = 0
