using Clembench.Shell.Hosting;

return args is [ModelProcessEntry.Argument] ? ModelProcessEntry.Run() : ConsoleProgram.Run(args);
