package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/export"
	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/ui/tui"
	"github.com/spf13/cobra"
)

// completer offers what can stand where a shell completes a word.
type completer = func(c *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective)

// captureFiles are the endings of the files that are offered where a capture is named.
var captureFiles = []cobra.Completion{"pcapng", "pcap", "cap", "gz", "zst"}

// addCompletions gives every command what its arguments and flags can be, as far as
// that is known: formats, rules and thresholds, filters, sessions, themes.
func addCompletions(root *cobra.Command) {
	flags := map[string]completer{
		"fail-on": fixed("error", "warning", "note"), "from": fixed("client", "server"), "log-level": fixed("error", "warning", "info", "debug"),
		"theme": fixed(tui.Themes()...), "as": fixed(formatNames()...), "set": offerThresholds, "filter": offerFilter, "expect": offerFilter, "session": offerSessions,
	}
	for _, c := range root.Commands() {
		for name, offer := range flags {
			if c.Flags().Lookup(name) != nil {
				c.RegisterFlagCompletionFunc(name, offer) //nolint:errcheck // the flag is there
			}
		}
		switch c.Name() {
		case "explain":
			c.ValidArgsFunction = offerWords
		case "log", "open", "check", "export", "note", "notes", "repair", "diff":
			c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
				return captureFiles, cobra.ShellCompDirectiveFilterFileExt
			}
		default:
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
	}
}

func fixed(values ...string) completer {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

func formatNames() (names []string) {
	for _, f := range export.Formats() {
		names = append(names, cobra.CompletionWithDesc(f.Name, f.Describe))
	}
	return names
}

// offerWords offers what can be explained.
func offerWords(_ *cobra.Command, args []string, begun string) (out []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, name := range append(explained(), "rules") {
		if len(args) == 0 && strings.HasPrefix(name, begun) {
			out = append(out, name)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// offerThresholds offers thresholds, and rules to switch off.
func offerThresholds(_ *cobra.Command, _ []string, begun string) (out []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, t := range lint.Thresholds() {
		if name := t.Name + "="; strings.HasPrefix(name, begun) {
			out = append(out, cobra.CompletionWithDesc(name+t.String(), t.Why))
		}
	}
	for _, r := range lint.Rules() {
		if name := r.ID + "=off"; strings.HasPrefix(name, begun) {
			out = append(out, cobra.CompletionWithDesc(name, r.Title))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// offerFilter offers what can stand at the end of a filter.
func offerFilter(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return offered(begun, filter.Complete(begun, len(begun)))
}

func offered(begun string, all []filter.Completion) (out []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, c := range all {
		out = append(out, cobra.CompletionWithDesc(begun[:c.Start]+c.Text, c.Help))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// offerSessions offers the sessions of the capture that is named before, and what can
// stand in a filter for sessions.
func offerSessions(c *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	out, directive := offered(begun, filter.CompleteSessions(begun, len(begun)))
	if begun != "" || len(args) == 0 {
		return out, directive
	}
	in, err := (&inputFlags{}).open(args[0])
	if err != nil {
		return out, directive
	}
	defer in.Close()
	var numbers []cobra.Completion
	for _, s := range survey(context.Background(), in, lint.Config{}) {
		numbers = append(numbers, cobra.CompletionWithDesc(fmt.Sprint(s.Number), strings.TrimSpace(s.Role.String()+" "+s.App.Show(false)+"/"+s.Stream.Show(false))))
	}
	return append(numbers, out...), directive
}
