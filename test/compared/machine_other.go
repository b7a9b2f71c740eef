//go:build !unix

package main

import (
	"os"
	"runtime"
)

// peakMemory is not known here.
func peakMemory(*os.ProcessState) int64 { return 0 }

// processor names what is known of the processor.
func processor() string { return runtime.GOARCH }
