package model

// menuKey takes a key press for a list of choices.
func (p *Prompt) menuKey(name string) (end func() Effect) {
	last := len(p.Choices) - 1
	switch name {
	case "Enter", "Space":
		return p.choose(p.Chosen)
	case "j", "Down", "Tab", "Ctrl-N":
		if p.Chosen++; p.Chosen > last {
			p.Chosen = 0
		}
	case "k", "Up", "Shift-Tab", "Ctrl-P":
		if p.Chosen--; p.Chosen < 0 {
			p.Chosen = last
		}
	case "g", "Home":
		p.Chosen = 0
	case "G", "End":
		p.Chosen = last
	case "q":
		return p.drop
	}
	return nil
}

// choose takes a choice: of a menu it is the answer, of a line of text it becomes part
// of that.
func (p *Prompt) choose(i int) (end func() Effect) {
	switch {
	case i < 0 || i >= len(p.Choices):
	case p.Menu:
		return func() Effect { return p.pick(i) }
	default:
		p.Chosen = i
		p.take()
	}
	return nil
}

// Choose is a click on one of the choices of the question.
type Choose struct{ Choice int }

func (a Choose) apply(m *Model) Effect {
	if m.Prompt == nil {
		return Effect{}
	}
	end := m.Prompt.choose(a.Choice)
	if end == nil {
		return Effect{}
	}
	m.Prompt = nil
	defer m.reveal()
	return end()
}

// entry is one line of a menu.
type entry struct {
	Choice
	run func() Effect
}

// showMenu asks for one of a list.
func (m *Model) showMenu(question string, list []entry) {
	p := &Prompt{Question: question, Menu: true, pick: func(i int) Effect { return list[i].run() }}
	for _, e := range list {
		p.Choices = append(p.Choices, e.Choice)
	}
	m.show(p)
}
