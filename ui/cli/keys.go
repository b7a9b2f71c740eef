package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/rtmpscope/rtmpscope/ui/tui/model"
	"github.com/spf13/cobra"
)

func newKeys() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "List the keys of the terminal UI, as a configuration file",
		Long: `List every action of the terminal UI with its keys, those of the configuration
file included. The output is the [keys] section of such a file: copy the lines you
want to change into ` + configPlace() + `.`,
		Example: "  rtmpscope keys\n  rtmpscope keys | grep trouble",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			keys, err := configuredKeys()
			if err != nil {
				return err
			}
			table, err := model.Rebind(keys)
			if err != nil {
				return fail(exitUsage, "%w", err)
			}
			return writeKeys(c.OutOrStdout(), table)
		},
	}
}

// writeKeys writes a table of actions as a section of a configuration file.
func writeKeys(w io.Writer, table []model.Binding) error {
	var b strings.Builder
	b.WriteString("[keys]\n")
	group := ""
	for _, k := range table {
		if k.Group != group {
			group = k.Group
			fmt.Fprintf(&b, "\n# %s\n", group)
		}
		var quoted []string
		for _, key := range k.Keys {
			quoted = append(quoted, fmt.Sprintf("%q", key))
		}
		fmt.Fprintf(&b, "%-18s = %-20s # %s\n", k.Action, "["+strings.Join(quoted, ", ")+"]", k.Help)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
