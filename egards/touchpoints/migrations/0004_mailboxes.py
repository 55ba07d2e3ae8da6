"""Mailboxes that touchpoints read, how far, and what stayed on their servers."""


import django.db.models.deletion
import egards.core.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('touchpoints', '0003_a_demo_proves_nothing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('touchpoint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='mailbox', serialize=False, to='touchpoints.touchpoint')),
                ('protocol', models.CharField(choices=[('imap', 'IMAP'), ('pop3', 'POP3')], default='imap', max_length=4)),
                ('host', models.CharField(max_length=253)),
                ('port', models.PositiveIntegerField()),
                ('security', models.CharField(max_length=8)),
                ('username', models.CharField(max_length=250)),
                ('secret', models.BinaryField(help_text='Sealed: the password.')),
                ('folder', models.CharField(default='INBOX', max_length=250)),
                ('put_away', models.CharField(blank=True, help_text='Where messages go once they are ours.', max_length=250)),
                ('takes_past', models.BooleanField(default=False, help_text='What was there before calls for an answer too.')),
                ('connected_at', models.DateTimeField(default=egards.core.clock.now, help_text='What came before is history.')),
                ('changed_at', models.DateTimeField(default=egards.core.clock.now, help_text='Its reader begins anew when this moves.')),
                ('asked_at', models.DateTimeField(help_text='When somebody asked for everything to be compared again.', null=True)),
                ('read_at', models.DateTimeField(help_text='When it was last read to its end.', null=True)),
                ('compared_at', models.DateTimeField(help_text="When the server's list was last compared with ours.", null=True)),
                ('on_server', models.PositiveIntegerField(default=0, help_text='Messages there, when they were compared.')),
                ('not_here', models.PositiveIntegerField(default=0, help_text='Of these, neither received nor refused.')),
                ('failures', models.PositiveIntegerField(default=0, help_text='How often in a row it could not be read.')),
                ('failure', models.CharField(blank=True, help_text='Why, in a sentence.', max_length=300)),
                ('failed_at', models.DateTimeField(null=True)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('came_back_at', models.DateTimeField(help_text='When a letter to ourselves was read here.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=800)),
                ('generation', models.CharField(max_length=40)),
                ('last', models.BigIntegerField(default=0, help_text='The last UID taken or left.')),
                ('stuck_at', models.BigIntegerField(default=0, help_text='The UID before which the line keeps breaking.')),
                ('stuck_times', models.PositiveIntegerField(default=0)),
                ('alone_until', models.BigIntegerField(default=0, help_text='Up to this UID, messages are asked for one by one.')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cursors', to='touchpoints.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='LeftThere',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.CharField(help_text='Its id there: UID or UIDL.', max_length=100)),
                ('size', models.BigIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('is_refused', models.BooleanField(help_text='Counted as refused; else it is asked for again.')),
                ('at', models.DateTimeField(default=egards.core.clock.now)),
                ('cursor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='left', to='touchpoints.cursor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cursor', 'message'), name='left_there_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='cursor',
            constraint=models.UniqueConstraint(fields=('mailbox', 'place'), name='cursor_once'),
        ),
    ]
