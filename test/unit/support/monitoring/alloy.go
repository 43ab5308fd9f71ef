package main

import (
	"fmt"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/vm"
)

type targets = []map[string]string

// What takes log lines; nothing but a component can make one.
type receiver struct{}

func (receiver) AlloyCapsule() {}

// Arguments of the components, as https://grafana.com/docs/alloy/v1.9/reference/components/ names them, without those
// that are for HTTP.

type discoveryDocker struct {
	Host               string   `alloy:"host,attr"`
	HostNetworkingHost string   `alloy:"host_networking_host,attr,optional"`
	MatchFirstNetwork  bool     `alloy:"match_first_network,attr,optional"`
	Port               int      `alloy:"port,attr,optional"`
	RefreshInterval    string   `alloy:"refresh_interval,attr,optional"`
	Filters            []filter `alloy:"filter,block,optional"`
}

type filter struct {
	Name   string   `alloy:"name,attr"`
	Values []string `alloy:"values,attr"`
}

type discoveryRelabel struct {
	Targets targets `alloy:"targets,attr"`
	Rules   []rule  `alloy:"rule,block,optional"`
}

type rule struct {
	Action       string   `alloy:"action,attr,optional"`
	Modulus      int      `alloy:"modulus,attr,optional"`
	Regex        string   `alloy:"regex,attr,optional"`
	Replacement  string   `alloy:"replacement,attr,optional"`
	Separator    string   `alloy:"separator,attr,optional"`
	SourceLabels []string `alloy:"source_labels,attr,optional"`
	TargetLabel  string   `alloy:"target_label,attr,optional"`
}

type lokiSourceDocker struct {
	Host            string            `alloy:"host,attr"`
	Targets         targets           `alloy:"targets,attr"`
	ForwardTo       []receiver        `alloy:"forward_to,attr"`
	Labels          map[string]string `alloy:"labels,attr,optional"`
	RefreshInterval string            `alloy:"refresh_interval,attr,optional"`
}

type lokiWrite struct {
	ExternalLabels map[string]string `alloy:"external_labels,attr,optional"`
	MaxStreams     int               `alloy:"max_streams,attr,optional"`
	Endpoints      []endpoint        `alloy:"endpoint,block"`
}

type endpoint struct {
	URL       string `alloy:"url,attr"`
	Name      string `alloy:"name,attr,optional"`
	BatchSize string `alloy:"batch_size,attr,optional"`
	BatchWait string `alloy:"batch_wait,attr,optional"`
	TenantID  string `alloy:"tenant_id,attr,optional"`
}

// A component: what it is told, and what others may refer to.
type component struct {
	arguments any
	exports   map[string]any
}

func componentNamed(name string) (component, bool) {
	found, ok := map[string]component{
		"discovery.docker":   {&discoveryDocker{}, map[string]any{"targets": targets{}}},
		"discovery.relabel":  {&discoveryRelabel{}, map[string]any{"output": targets{}}},
		"loki.source.docker": {&lokiSourceDocker{}, map[string]any{}},
		"loki.write":         {&lokiWrite{}, map[string]any{"receiver": receiver{}}},
	}[name]
	return found, ok
}

// By Alloy's own parser and evaluator: syntax, arguments and their types, and that what is referred to is there.
func readAlloy(text []byte) error {
	file, err := parser.ParseFile("config.alloy", text)
	if err != nil {
		return err
	}
	env := func(name string) string { return name }
	scope := &vm.Scope{Variables: map[string]any{"sys": map[string]any{"env": env}}}
	blocks := map[*ast.BlockStmt]any{}
	for _, statement := range file.Body {
		block, ok := statement.(*ast.BlockStmt)
		if !ok {
			return fmt.Errorf("an argument outside of a component: %v", statement)
		}
		found, ok := componentNamed(block.GetBlockName())
		if !ok {
			return fmt.Errorf("no component is called %s", block.GetBlockName())
		}
		blocks[block] = found.arguments
		declare(scope.Variables, append(block.Name, block.Label), found.exports)
	}
	for block, arguments := range blocks {
		if err := vm.New(block.Body).Evaluate(scope, arguments); err != nil {
			return err
		}
	}
	return nil
}

// Puts what a component exports where others refer to it: at a.b.label.
func declare(variables map[string]any, name []string, exports map[string]any) {
	for _, part := range name {
		inner, ok := variables[part].(map[string]any)
		if !ok {
			inner = map[string]any{}
			variables[part] = inner
		}
		variables = inner
	}
	for key, value := range exports {
		variables[key] = value
	}
}
