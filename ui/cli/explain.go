package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
	"github.com/spf13/cobra"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain WHAT…",
		Short: "Explain a word or sign of the screen: a rule, code, command, field or column",
		Long: `Explain what stands on the screen or in the output: a rule, status code, command,
message type (9, 0x09 or its name), a field of the detail pane, a member of
connect or of metadata, a field of filters, a column, a sign, a term of streaming.
'rtmpscope explain rules' lists the rules of 'rtmpscope check'.`,
		Example: `  rtmpscope explain rules
  rtmpscope explain cmd-connect-silent-close
  rtmpscope explain NetStream.Publish.BadName
  rtmpscope explain NetStream.Play
  rtmpscope explain 0x09
  rtmpscope explain gop`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			what := strings.Join(args, " ")
			words := explain(what)
			if what == "rules" {
				words = ruleList()
			}
			if words == "" {
				return fail(exitFailed, "nothing is known of %q%s; 'rtmpscope explain rules' lists the rules", text.Safe(what), filter.Suggest(what, explained()))
			}
			_, err := fmt.Fprintln(c.OutOrStdout(), words)
			return err
		},
	}
}

// explain is all that is known of a word: it may be a field of a message, of a filter
// and a column.
func explain(what string) string {
	var all []string
	for _, f := range []func(string) (string, bool){lint.Explain, filter.Explain, model.Explain} {
		if words, ok := f(strings.TrimSpace(what)); ok {
			all = append(all, words)
		}
	}
	return strings.Join(all, "\n")
}

// explained lists what can be explained.
func explained() []string {
	all := slices.Concat(lint.Explained(), filter.Explained(), model.Explained())
	slices.Sort(all)
	return slices.Compact(all)
}

// ruleList is a line for each rule.
func ruleList() string {
	var b strings.Builder
	for _, r := range lint.Rules() {
		fmt.Fprintf(&b, "%-28s %-8s %s\n", r.ID, r.Severity, r.Title)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
