export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/*
 * Every script hands the words typed so far to `<tool> __complete`, which
 * answers with a candidate a line (behind a tab what it is) and at last a line
 * `:<directive>`, where 4 means that file names make no sense.
 */

const bash = (tool: string): string => `# bash completion for ${tool}

__${tool}_complete() {
    local typed="\${COMP_WORDS[COMP_CWORD]}" words=("\${COMP_WORDS[@]:1:COMP_CWORD}") line directive=0
    # bash takes "=" for a word of its own; the tool wants --flag=value in one.
    if [[ \${COMP_WORDS[COMP_CWORD-1]} == "=" && COMP_CWORD -ge 2 ]]; then
        words=("\${COMP_WORDS[@]:1:COMP_CWORD-3}" "\${COMP_WORDS[COMP_CWORD-2]}=\${typed}")
    fi
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :*) directive=\${line#:} ;;
        *) line=\${line%%$'\\t'*}; [[ $line == "$typed"* ]] && COMPREPLY+=("$line") ;;
        esac
    done < <("\${COMP_WORDS[0]}" __completeNoDesc "\${words[@]}" 2>/dev/null)
    if ((\${#COMPREPLY[@]} == 0 && directive != 4)); then
        compopt -o default 2>/dev/null
    fi
}

complete -F __${tool}_complete ${tool}
`;

const zsh = (tool: string): string => `#compdef ${tool}
compdef _${tool} ${tool}

# zsh completion for ${tool}

_${tool}() {
    local line directive=0
    local -a candidates
    while IFS= read -r line; do
        case $line in
        :*) directive=\${line#:} ;;
        *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${line#*$'\\t'}:+:\${line#*$'\\t'}}") ;;
        esac
    done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
    if ((\${#candidates} > 0)); then
        _describe '${tool}' candidates
    elif ((directive != 4)); then
        _files
    fi
}

# Loaded by the completion system, the file is the function itself.
if [ "$funcstack[1]" = "_${tool}" ]; then
    _${tool}
fi
`;

const fish = (tool: string): string => `# fish completion for ${tool}

function __${tool}_candidates
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end

function __${tool}_wants_files
    test (__${tool}_candidates)[-1] != ':4'
end

complete -c ${tool} -f -a "(__${tool}_candidates | string match -v ':*')"
complete -c ${tool} -n __${tool}_wants_files -F
`;

const powershell = (tool: string): string => `# powershell completion for ${tool}

Register-ArgumentCompleter -Native -CommandName '${tool}' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '""' }
    & '${tool}' __complete @words 2>$null | Where-Object { $_ -notmatch '^:' } | ForEach-Object {
        $candidate, $about = $_ -split "\`t", 2
        if (-not $about) { $about = $candidate }
        if ($candidate -like "$wordToComplete*") {
            [System.Management.Automation.CompletionResult]::new($candidate, $candidate, 'ParameterValue', $about)
        }
    }
}
`;

/** The script of each shell for a tool of a given name. */
export const completionScripts: Readonly<Record<Shell, (tool: string) => string>> = { bash, zsh, fish, powershell };
