package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is what "version --json" says. The names are part of the interface.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // of the source, as git names it
	Modified bool   `json:"modified,omitempty"` // the source had changes that were not committed
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func newVersion() *cobra.Command {
	var format formatFlag
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version, for a report with --json",
		Long: `Print the version of the program. With --json also the revision of its source,
the version of Go that built it, and the system it was built for: what the
people who get a report want to know.`,
		Example: "  rtmpscope version\n  rtmpscope version --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := writeVersion(c.OutOrStdout(), thisBuild(), format.chosen == "json"); err != nil {
				return fail(exitFailed, "writing the version: %w", err)
			}
			return nil
		},
	}
	format.add(c, []ownFlag{{"json", "json", "one JSON object: version, revision, Go, system"}}, "text", "json")
	return c
}

// thisBuild is what the program knows of how it was built.
func thisBuild() build {
	b := build{Version: version(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

func writeVersion(w io.Writer, b build, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(b)
	}
	_, err := fmt.Fprintf(w, "rtmpscope %s\n", b.Version)
	return err
}
