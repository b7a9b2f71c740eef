package model

import (
	"strings"
	"unicode/utf8"
)

// Prompt is a question in the footer: for a line of text, for one of a few
// letters, for yes or no, or for one of a list.
type Prompt struct {
	Question string
	Text     string
	Cursor   int    // byte of Text
	YesNo    bool   // what was typed before the question stood on the screen does not answer it
	Letters  string // one of these answers at once; "" for a line of text
	Refusal  bool   // nothing is asked: Question says why, and what is typed on goes nowhere
	Menu     bool   // one of Choices is asked for, and no text

	Hint    string // what helps to answer, or ""
	Problem string // why Text will not do, or ""
	At      int    // where in Text, in bytes; the caret
	Choices []Choice
	Chosen  int // index into Choices, -1 for none

	check    func(text string) (problem string, at int)
	complete func(text string, cursor int) (start int, choices []Choice)
	typed    func(text string) // told of each change
	dropped  func()            // told when the question is left with Esc
	turn     func(p *Prompt)   // what Tab does where nothing is completed
	history  *History
	recalled int // how far back in the history
	draft    string
	start    int // where a choice goes
	done     func(text string) Effect
	pick     func(i int) Effect // of a menu
}

// IsLine reports whether a line of text is asked for.
func (p *Prompt) IsLine() bool { return p.Letters == "" && !p.Refusal && !p.Menu }

// Choice is what could stand at the cursor.
type Choice struct{ Text, Help string }

// History is what was typed before, the newest last.
type History []string

const maxHistory = 50

func (h *History) add(s string) {
	if s == "" || len(*h) > 0 && (*h)[len(*h)-1] == s {
		return
	}
	*h = append(*h, s)
	if len(*h) > maxHistory {
		*h = (*h)[1:]
	}
}

// show makes a prompt the one that is answered.
func (m *Model) show(p *Prompt) {
	m.Prompt = p
	p.begin()
}

// begin puts the cursor behind the text that there is.
func (p *Prompt) begin() {
	p.Cursor, p.Chosen = len(p.Text), -1
	if p.Menu {
		p.Chosen = 0
	}
	p.changed(false)
}

// answer gives a key press to the question.
func (m *Model) answer(key string) Effect {
	end := m.Prompt.key(key)
	if end == nil {
		return Effect{}
	}
	m.Prompt = nil // before the end, which may ask the next one
	return end()
}

// ask asks for yes or no.
func (m *Model) ask(question string, yes func() Effect) {
	m.show(&Prompt{Question: question, YesNo: true, Letters: "yn", done: func(text string) Effect {
		if text != "y" {
			return Effect{}
		}
		return yes()
	}})
}

// refuse says why a question that a person expects cannot be asked. It takes the
// place of the question, so that the answer that is already being typed does not run
// as commands; Enter and Esc end it.
func (m *Model) refuse(why string) {
	m.show(&Prompt{Question: why + " (Esc)", Refusal: true})
}

// key takes a key press. A function that is not nil ends the question: the model takes
// it away and then calls that.
func (p *Prompt) key(name string) (end func() Effect) {
	switch {
	case name == "Ctrl-C":
		return func() Effect { return Effect{Quit: true} }
	case name == "Esc", p.Refusal && name == "Enter":
		return p.drop
	case p.Refusal:
	case p.Menu:
		return p.menuKey(name)
	case p.Letters != "":
		return p.letter(name)
	case name == "Enter":
		return p.enter()
	case p.turn != nil && name == "Tab":
		p.turn(p)
	case name == "Tab", name == "Shift-Tab":
		p.tab(name == "Tab")
	case name == "Up", name == "Down", name == "Ctrl-P", name == "Ctrl-N":
		p.recall(name == "Up" || name == "Ctrl-P")
	default:
		p.edit(name)
	}
	return nil
}

func (p *Prompt) drop() Effect {
	if p.dropped != nil {
		p.dropped()
	}
	return Effect{}
}

func (p *Prompt) letter(name string) (end func() Effect) {
	k := strings.ToLower(name)
	if p.YesNo && k == "q" {
		k = "n"
	}
	if len(k) != 1 || !strings.Contains(p.Letters, k) {
		return nil
	}
	return func() Effect { return p.done(k) }
}

// enter takes the text, unless it will not do. With a choice under the cursor it
// takes that first.
func (p *Prompt) enter() (end func() Effect) {
	if p.check != nil {
		if p.Problem, p.At = p.check(p.Text); p.Problem != "" {
			return nil
		}
	}
	if p.history != nil {
		p.history.add(p.Text)
	}
	return func() Effect { return p.done(p.Text) }
}

// tab puts the next choice in place of the word that the cursor is behind.
func (p *Prompt) tab(forward bool) {
	n := len(p.Choices)
	if n == 0 {
		return
	}
	switch {
	case forward:
		p.Chosen = (p.Chosen + 1) % n
	case p.Chosen <= 0:
		p.Chosen = n - 1
	default:
		p.Chosen--
	}
	p.take()
}

// take puts the chosen one in place of the word that the cursor is behind.
func (p *Prompt) take() {
	c := p.Choices[p.Chosen].Text
	p.Text = p.Text[:p.start] + c + p.Text[p.Cursor:]
	p.Cursor = p.start + len(c)
	p.changed(true)
}

// recall goes through the history.
func (p *Prompt) recall(older bool) {
	if p.history == nil {
		return
	}
	step := -1
	if older {
		step = 1
	}
	if p.recalled == 0 {
		p.draft = p.Text
	}
	p.recalled = clamp(p.recalled+step, 0, len(*p.history))
	p.Text = p.draft
	if p.recalled > 0 {
		p.Text = (*p.history)[len(*p.history)-p.recalled]
	}
	p.Cursor = len(p.Text)
	p.changed(false)
}

func (p *Prompt) edit(name string) {
	_, before := utf8.DecodeLastRuneInString(p.Text[:p.Cursor])
	_, behind := utf8.DecodeRuneInString(p.Text[p.Cursor:])
	if name == "Space" {
		name = " "
	}
	switch {
	case name == "Left":
		p.Cursor -= before
	case name == "Right":
		p.Cursor += behind
	case name == "Home":
		p.Cursor = 0
	case name == "End":
		p.Cursor = len(p.Text)
	case name == "Ctrl-U":
		p.Text, p.Cursor = p.Text[p.Cursor:], 0
	case name == "Backspace":
		p.Text = p.Text[:p.Cursor-before] + p.Text[p.Cursor:]
		p.Cursor -= before
	case name == "Delete":
		p.Text = p.Text[:p.Cursor] + p.Text[p.Cursor+behind:]
	case utf8.RuneCountInString(name) == 1:
		p.Text = p.Text[:p.Cursor] + name + p.Text[p.Cursor:]
		p.Cursor += len(name)
	default:
		return
	}
	p.recalled = 0
	p.changed(false)
}

// changed checks the text and lists what could stand at the cursor. While a
// person steps through choices the list stays as it is.
func (p *Prompt) changed(stepping bool) {
	if p.typed != nil {
		p.typed(p.Text)
	}
	if p.check != nil {
		p.Problem, p.At = p.check(p.Text)
	}
	if p.complete == nil || stepping {
		return
	}
	p.Chosen = -1
	p.start, p.Choices = p.complete(p.Text, p.Cursor)
}
