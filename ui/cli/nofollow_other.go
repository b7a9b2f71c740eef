//go:build !unix

package cli

// noFollow is nothing where links cannot be refused in the same step.
const noFollow = 0
