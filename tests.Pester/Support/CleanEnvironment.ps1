# Takes keys and addresses out of the environment, whatever the machine has set; Restore-Environment puts them back.
# [NullString]::Value, because PowerShell hands $null on as an empty text, and an empty variable is one that is there.
function Clear-KeyEnvironment {
    $saved = @{}
    foreach ($name in @([System.Environment]::GetEnvironmentVariables().Keys)) {
        if ($name -match '^CLEMBENCH_.+_(API_KEY|BASE_URL)$' -or $name -in 'OPENAI_API_KEY', 'OPENROUTER_API_KEY', 'AZURE_OPENAI_API_KEY',
            'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY', 'MISTRAL_API_KEY', 'COHERE_API_KEY', 'CO_API_KEY', 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN') {
            $saved[$name] = [System.Environment]::GetEnvironmentVariable($name)
            [System.Environment]::SetEnvironmentVariable($name, [NullString]::Value)
        }
    }

    $saved
}

function Restore-Environment([hashtable] $Saved) {
    foreach ($name in $Saved.Keys) { [System.Environment]::SetEnvironmentVariable($name, $Saved[$name]) }
}
